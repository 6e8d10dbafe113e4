//! `impl ToRedisHash`. (The names of the core are aliases there: see `IMPORTS`.)
//!
//! ```text
//! impl ToRedisHash for User {
//!     const RECORD: Record = Record::new("User");
//!
//!     fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
//!         FieldVisitor::field(
//!             visitor,
//!             Field::new("email", b"$5\r\nemail\r\n"),
//!             <Option<String> as ToHashField>::present(&self.email),
//!         );
//!     }
//! }
//! ```

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{bound::bounded, call};
use crate::attr::Absent;
use crate::model::{Field, Record};

const BOUND: &str = "__RedisHashToHashField";

pub(super) fn expand(record: &Record<'_>) -> TokenStream {
    let ident = &record.original.ident;
    let name = record.name();
    let expire = record.attrs.expire.as_ref().map(|expire| {
        let ms = expire.value;
        quote!(.expire_ms(#ms))
    });
    let generics = bounded(&record.original.generics, record.declared(), BOUND);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();
    let fields = record.declared().map(visit);
    // At the struct: at the derive, rustc would advise to implement the trait by hand.
    let trait_ = Ident::new("__RedisHashToRedisHash", ident.span());

    quote! {
        #[automatically_derived]
        impl #impl_generics #trait_ for #ident #ty_generics #where_clause {
            const RECORD: __redis_hash::Record = __redis_hash::Record::new(#name) #expire;

            #[inline]
            fn visit_hash_fields(
                &self,
                __redis_hash_visitor: &mut impl __redis_hash::FieldVisitor,
            ) {
                #(#fields)*
            }
        }
    }
}

fn visit(field: &Field<'_>) -> TokenStream {
    let name = &field.name;
    let packed = Literal::byte_string(format!("${}\r\n{name}\r\n", name.len()).as_bytes());
    let keep = (field.absent == Absent::Keep).then(|| quote!(.keep()));
    let present = call(field, None, BOUND, "present", &TokenStream::new());
    quote! {
        __redis_hash::FieldVisitor::field(
            __redis_hash_visitor,
            __redis_hash::Field::new(#name, #packed) #keep,
            #present,
        );
    }
}
